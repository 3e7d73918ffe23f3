#include "plugin.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "check.hpp"

namespace check {

// ---- batches in ---------------------------------------------------------------------------------------------------

Batch::Batch(const std::vector<std::vector<Text>> &rows, std::size_t columns, int before) {
    const int skipped_by_batch = before / 2;
    for (std::size_t index = 0; index < columns; index++) {
        Column &column = columns_.emplace_back();
        column.offsets = {0};
        const std::size_t length = rows.size() + static_cast<std::size_t>(before);
        column.validity.assign(length / 8 + 1, 0);
        for (std::size_t row = 0; row < length; row++) {
            const bool is_before = row < static_cast<std::size_t>(before);
            const Text text = is_before ? Text("not a row of the batch: 99")
                                        : rows[row - static_cast<std::size_t>(before)][index];
            if (text) {
                column.validity[row / 8] = static_cast<std::uint8_t>(column.validity[row / 8] | 1 << (row % 8));
                column.bytes += *text;
            }
            column.offsets.push_back(static_cast<std::int32_t>(column.bytes.size()));
        }
        column.buffers[0] = column.validity.data();
        column.buffers[1] = column.offsets.data();
        column.buffers[2] = column.bytes.data();
        column.array = {};
        column.array.length = static_cast<std::int64_t>(rows.size()) + skipped_by_batch;
        column.array.null_count = -1;
        column.array.offset = before - skipped_by_batch;
        column.array.n_buffers = 3;
        column.array.buffers = column.buffers;
        children_.push_back(&column.array);
    }
    array_.length = static_cast<std::int64_t>(rows.size());
    array_.offset = skipped_by_batch;
    array_.n_buffers = 1;
    array_.buffers = validity_;
    array_.n_children = static_cast<std::int64_t>(children_.size());
    array_.children = children_.data();
}

// ---- batches out --------------------------------------------------------------------------------------------------

namespace {

std::string utf8_at(const ArrowArray &column, std::int64_t row) {
    const auto *offsets = static_cast<const std::int32_t *>(column.buffers[1]);
    const auto *bytes = static_cast<const char *>(column.buffers[2]);
    return std::string(bytes + offsets[row], bytes + offsets[row + 1]);
}

bool is_null(const ArrowArray &column, std::int64_t row) {
    const auto *validity = static_cast<const std::uint8_t *>(column.buffers[0]);
    return validity && !(validity[row / 8] >> (row % 8) & 1);
}

std::string value_text(const ArrowArray &column, const std::string &type, std::int64_t row) {
    if (is_null(column, row)) return "null";
    if (type == "utf8") return mathword::json_string(utf8_at(column, row));
    // Messages: a list of two texts.
    const auto *offsets = static_cast<const std::int32_t *>(column.buffers[1]);
    const ArrowArray &messages = *column.children[0];
    std::string text = "[";
    for (std::int32_t at = offsets[row]; at < offsets[row + 1]; at++) {
        const std::string role = mathword::json_string(utf8_at(*messages.children[0], at));
        const std::string content = mathword::json_string(utf8_at(*messages.children[1], at));
        text += std::string(at > offsets[row] ? "," : "") + "{\"role\":" + role + ",\"content\":" + content + "}";
    }
    return text + "]";
}

/// What the arrays of a utf8 column must keep to.
void check_utf8(const ArrowArray &column, std::int64_t length) {
    expect(column.length == length && column.offset == 0 && column.n_buffers == 3, "a utf8 column has its length");
    const auto *offsets = static_cast<const std::int32_t *>(column.buffers[1]);
    std::int64_t nulls = 0;
    for (std::int64_t row = 0; row < length; row++) {
        expect(offsets[row] <= offsets[row + 1], "offsets ascend");
        nulls += is_null(column, row) ? 1 : 0;
    }
    expect(offsets[0] == 0 && nulls == column.null_count, "the null count is that of the bitmap");
}

Result failure(fastdistill_status status, const fastdistill_error_v1 &error) {
    expect(error.row == -1, "no call here fails for a row's sake");
    return {status, error.where, error.message, {}};
}

std::string field_text(const ArrowSchema &schema) {
    std::string text;
    for (std::int64_t index = 0; index < schema.n_children; index++) {
        const ArrowSchema &child = *schema.children[index];
        if (index > 0) text += ", ";
        text += std::string(child.name) + ": " + child.format + (child.flags & ARROW_FLAG_NULLABLE ? "?" : "");
        if (child.n_children > 0) text += "(" + field_text(child) + ")";
    }
    return text;
}

bool is_nullable(const Json &column) {
    const Json *nullable = column.member("nullable");
    return nullable && nullable->boolean;
}

}  // namespace

// ---- the plugin ---------------------------------------------------------------------------------------------------

Plugin::Plugin(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        std::fprintf(stderr, "%s\n", dlerror());
        std::exit(1);
    }
    using Entry = const fastdistill_plugin_entry_v1 *(*)(void);
    const auto function = reinterpret_cast<Entry>(dlsym(library, "fastdistill_plugin_v1"));
    if (!function) {
        std::fprintf(stderr, "%s exports no fastdistill_plugin_v1\n", path);
        std::exit(1);
    }
    entry = function();
    expect(entry == function(), "the entry is the same at every call");
    map = static_cast<const fastdistill_map_v1 *>(entry->get_interface(FASTDISTILL_MAP_V1));
    spec = mathword::read_json(std::string_view(entry->spec_json, entry->spec_json_length));
}

const Json &Plugin::step(const std::string &id) const {
    for (const Json &step : spec.member("steps")->list) {
        if (step.member("id")->string == id) return step;
    }
    std::fprintf(stderr, "the spec has no step %s\n", id.c_str());
    std::exit(1);
}

// ---- instances ----------------------------------------------------------------------------------------------------

namespace {

int32_t is_cancelled(void *context) {
    auto *record = static_cast<HostRecord *>(context);
    const int call = record->cancel_calls++;
    return record->cancel_at >= 0 && call >= record->cancel_at;
}

void note_row(void *context, std::uint64_t row) { static_cast<HostRecord *>(context)->rows.push_back(row); }

const void *host_interface(void *, const char *id) {
    static const fastdistill_cancel_v1 cancel = {is_cancelled};
    static const fastdistill_progress_v1 progress = {note_row};
    if (std::strcmp(id, FASTDISTILL_CANCEL_V1) == 0) return &cancel;
    if (std::strcmp(id, FASTDISTILL_PROGRESS_V1) == 0) return &progress;
    return nullptr;
}

bool is_zeroed(const void *bytes, std::size_t size) {
    const std::string zeros(size, '\0');
    return std::memcmp(bytes, zeros.data(), size) == 0;
}

}  // namespace

Instance::Instance(const Plugin &plugin, const std::string &step, const std::string &config, HostRecord *host)
    : plugin_(plugin), spec_(plugin.step(step)) {
    if (host) host_ = {host, host_interface};
    fastdistill_error_v1 error = {};
    created.status = plugin.map->create(
        step.c_str(), config.data(), config.size(), host ? &host_ : nullptr, &instance_, &error);
    if (created.status != FASTDISTILL_OK) created = failure(created.status, error);
    expect((created.status == FASTDISTILL_OK) == (instance_ != nullptr), "there is an instance if create succeeds");
}

Instance::~Instance() {
    if (instance_) plugin_.map->destroy(instance_);
}

Result Instance::bind(std::vector<Offer> offers) {
    if (offers.empty()) {
        for (const Json &column : spec_.member("reads")->list) {
            offers.push_back({column.member("name")->string, "u", is_nullable(column)});
        }
    }
    std::deque<ArrowSchema> columns;
    std::vector<ArrowSchema *> pointers;
    ArrowSchema element = {};
    element.format = "l";
    element.name = "item";
    element.flags = ARROW_FLAG_NULLABLE;
    ArrowSchema *elements[] = {&element};
    for (const Offer &offer : offers) {
        ArrowSchema &column = columns.emplace_back();
        column = {};
        column.format = offer.format.c_str();
        column.name = offer.name.c_str();
        column.flags = offer.is_nullable ? ARROW_FLAG_NULLABLE : 0;
        if (offer.format == "+l") {
            column.n_children = 1;
            column.children = elements;
        }
        pointers.push_back(&column);
    }
    ArrowSchema schema = {};
    schema.format = "+s";
    schema.name = "";
    schema.n_children = static_cast<std::int64_t>(pointers.size());
    schema.children = pointers.data();
    ArrowSchema wanted = {};
    ArrowSchema added = {};
    fastdistill_error_v1 error = {};
    const fastdistill_status status = plugin_.map->bind(instance_, &schema, &wanted, &added, &error);
    if (status != FASTDISTILL_OK) {
        expect(is_zeroed(&wanted, sizeof wanted) && is_zeroed(&added, sizeof added), "a bind that fails fills nothing");
        return failure(status, error);
    }
    reads = field_text(wanted);
    adds = field_text(added);
    wanted.release(&wanted);
    added.release(&added);
    expect(!wanted.release && !added.release, "schemas can be released");
    return {};
}

Result Instance::run(const std::vector<std::vector<Text>> &rows, int before) {
    const Batch batch(rows, spec_.member("reads")->list.size(), before);
    ArrowArray out = {};
    ArrowArray rejects = {};
    fastdistill_error_v1 error = {};
    fastdistill_call_v1 call = {};
    call.run_id = "check";
    call.node_id = "node";
    const fastdistill_status status = plugin_.map->run(instance_, &call, batch.array(), &out, &rejects, &error);
    if (status != FASTDISTILL_OK) {
        expect(is_zeroed(&out, sizeof out) && is_zeroed(&rejects, sizeof rejects), "a run that fails fills nothing");
        return failure(status, error);
    }
    Result result;
    const std::vector<Json> &adds = spec_.member("adds")->list;
    const auto length = static_cast<std::int64_t>(rows.size());
    expect(out.length == length && out.n_children == static_cast<std::int64_t>(adds.size()) + 1, "each row comes back");
    for (std::size_t column = 0; column < adds.size(); column++) {
        const ArrowArray &array = *out.children[column + 1];
        expect(array.null_count == 0 || is_nullable(adds[column]), "no nulls where the spec has none");
        if (adds[column].member("type")->string == "utf8") check_utf8(array, length);
    }
    for (std::int64_t row = 0; row < length; row++) {
        expect(static_cast<const std::int64_t *>(out.children[0]->buffers[1])[row] == row, "the parent is the row");
        std::string text = "{";
        for (std::size_t column = 0; column < adds.size(); column++) {
            text += (column > 0 ? "," : "") + mathword::json_string(adds[column].member("name")->string) + ":" +
                    value_text(*out.children[column + 1], adds[column].member("type")->string, row);
        }
        result.rows.push_back(text + "}");
    }
    expect(rejects.length == 0 && rejects.n_children == 3, "no row is rejected");
    check_utf8(*rejects.children[1], 0);
    // As a consumer may: one child moved out, and released behind its parent.
    ArrowArray moved = *out.children[0];
    out.children[0]->release = nullptr;
    out.release(&out);
    moved.release(&moved);
    rejects.release(&rejects);
    expect(!out.release && !rejects.release && !moved.release, "arrays can be released");
    return result;
}

std::string text_of(const Json &json) {
    switch (json.kind) {
        case Json::Kind::null: return "null";
        case Json::Kind::boolean: return json.boolean ? "true" : "false";
        case Json::Kind::integer: return std::to_string(json.integer);
        case Json::Kind::number: return "a number";
        case Json::Kind::string: return mathword::json_string(json.string);
        case Json::Kind::list: {
            std::string text = "[";
            for (const Json &element : json.list) text += (text.size() > 1 ? "," : "") + text_of(element);
            return text + "]";
        }
        case Json::Kind::object: break;
    }
    std::string text = "{";
    for (const auto &[name, value] : json.object) {
        text += (text.size() > 1 ? "," : "") + mathword::json_string(name) + ":" + text_of(value);
    }
    return text + "}";
}

}  // namespace check
