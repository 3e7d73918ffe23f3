#include <cstring>

#include "Plugin/arrow.hpp"

namespace mathword {

namespace {

/// What stands behind a schema that was handed out: `private_data` of the ArrowSchema.
struct SchemaStorage {
    std::string name;
    std::vector<std::unique_ptr<ArrowSchema>> children;
    std::vector<ArrowSchema *> child_pointers;

    ~SchemaStorage() {
        for (auto &child : children) {
            if (child->release) child->release(child.get());
        }
    }

    static void release(ArrowSchema *schema) {
        delete static_cast<SchemaStorage *>(schema->private_data);
        schema->release = nullptr;
    }
};

/// A schema whose children are added to it before anybody sees it.
class SchemaNode {
public:
    SchemaNode(std::string name, const char *format, bool is_nullable)
        : storage_(std::make_unique<SchemaStorage>()), format_(format), is_nullable_(is_nullable) {
        storage_->name = std::move(name);
    }

    SchemaNode &&with(SchemaNode child) && {
        storage_->children.push_back(std::make_unique<ArrowSchema>());
        std::move(child).hand_over(storage_->children.back().get());
        return std::move(*this);
    }

    void hand_over(ArrowSchema *out) && {
        for (auto &child : storage_->children) storage_->child_pointers.push_back(child.get());
        *out = ArrowSchema{};
        out->format = format_;
        out->name = storage_->name.c_str();
        out->flags = is_nullable_ ? ARROW_FLAG_NULLABLE : 0;
        out->n_children = static_cast<std::int64_t>(storage_->child_pointers.size());
        out->children = storage_->child_pointers.data();
        out->release = SchemaStorage::release;
        out->private_data = storage_.release();
    }

private:
    std::unique_ptr<SchemaStorage> storage_;
    const char *format_;
    bool is_nullable_;
};

SchemaNode column(const Field &field) {
    if (field.type == Type::text) return SchemaNode(field.name, "u", field.is_nullable);
    SchemaNode message = SchemaNode("item", "+s", false)
                             .with(SchemaNode("role", "u", false))
                             .with(SchemaNode("content", "u", false));
    return SchemaNode(field.name, "+l", field.is_nullable).with(std::move(message));
}

}  // namespace

void export_schema(const std::vector<Field> &columns, ArrowSchema *out) {
    SchemaNode batch("", "+s", false);
    for (const Field &field : columns) std::move(batch).with(column(field));
    std::move(batch).hand_over(out);
}

std::string type_name(const ArrowSchema &column) {
    const std::string format = column.format;
    if (format == "b") return "bool";
    if (format == "l") return "int64";
    if (format == "g") return "float64";
    if (format == "u") return "utf8";
    if (format == "z") return "binary";
    const auto inner = [](const ArrowSchema &child) {
        return type_name(child) + (child.flags & ARROW_FLAG_NULLABLE ? "?" : "");
    };
    if (format == "+l") return "list<" + inner(*column.children[0]) + ">";
    if (format != "+s") return "of the Arrow format '" + format + "'";
    std::string text = "struct<";
    for (std::int64_t index = 0; index < column.n_children; index++) {
        if (index > 0) text += ", ";
        text += std::string(column.children[index]->name) + ": " + inner(*column.children[index]);
    }
    return text + ">";
}

std::string type_name(Type type) {
    return type == Type::text ? "utf8" : "list<struct<role: utf8, content: utf8>>";
}

}  // namespace mathword
