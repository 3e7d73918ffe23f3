#include "Plugin/map.hpp"

#include <cstring>
#include <memory>
#include <new>

#include "Plugin/error.hpp"
#include "Plugin/host.hpp"
#include "Plugin/options.hpp"
#include "Plugin/spec.hpp"
#include "Plugin/step.hpp"

/// The host's handle for a configured step.
struct fastdistill_instance {
    fastdistill_instance(const mathword::StepSpec &spec, std::string_view config, const fastdistill_host_v1 *host)
        : spec(spec), step(spec.make(mathword::Options(spec, config))), host(host) {}

    const mathword::StepSpec &spec;
    std::unique_ptr<mathword::Step> step;
    mathword::Host host;
    bool is_bound = false;
};

namespace mathword {

namespace {

/// Runs the body of a C function: no exception may cross the boundary.
template <typename Body>
fastdistill_status guarded(fastdistill_error_v1 *error, Body body) noexcept {
    try {
        body();
        return FASTDISTILL_OK;
    } catch (const StepError &failure) {
        return failure.report(error);
    } catch (const std::bad_alloc &) {
        return StepError{FASTDISTILL_INTERNAL, "", "Out of memory."}.report(error);
    } catch (const std::exception &exception) {
        return StepError{FASTDISTILL_INTERNAL, "", exception.what()}.report(error);
    }
}

const StepSpec &find_step(const char *id) {
    for (const StepSpec &step : steps()) {
        if (std::strcmp(step.id, id) == 0) return step;
    }
    throw StepError{FASTDISTILL_INTERNAL, "", "The plugin has no step `" + std::string(id) + "`."};
}

/// The offered column of a name that a step reads. Throws StepError when it is missing or does not fit.
const ArrowSchema &find_column(const ArrowSchema &offered, const ReadColumn &wanted) {
    const std::string subject = "Column `" + std::string(wanted.name) + "`";
    const std::string type = type_name(Type::text);
    for (std::int64_t index = 0; index < offered.n_children; index++) {
        const ArrowSchema &column = *offered.children[index];
        if (std::strcmp(column.name, wanted.name) != 0) continue;
        if (type_name(column) != type) {
            throw StepError{
                FASTDISTILL_INVALID_INPUT, wanted.name,
                subject + " must be " + type + ", but is " + type_name(column) + "."};
        }
        if (!wanted.is_nullable && column.flags & ARROW_FLAG_NULLABLE) {
            throw StepError{
                FASTDISTILL_INVALID_INPUT, wanted.name,
                subject + " can be null, but the step needs a value in every row."};
        }
        return column;
    }
    throw StepError{
        FASTDISTILL_INVALID_INPUT, wanted.name, subject + " (" + type + ") is missing; bind one to it with `in`."};
}

Row::Writer writer(const AddedColumn &column) {
    if (column.type == Type::text) return TextBuilder();
    return MessagesBuilder();
}

/// The batch that comes back: `parent` and the added columns. Every row must have set every one of them.
OwnedArray finish(std::int64_t rows, std::vector<Row::Writer> &adds) {
    std::vector<std::int64_t> parents(static_cast<std::size_t>(rows));
    for (std::int64_t row = 0; row < rows; row++) parents[static_cast<std::size_t>(row)] = row;
    std::vector<OwnedArray> columns;
    columns.push_back(OwnedArray::int64s(std::move(parents)));
    for (Row::Writer &add : adds) {
        columns.push_back(std::visit([](auto &builder) { return std::move(builder).finish(); }, add));
        if (columns.back().length() != rows) {
            throw StepError{FASTDISTILL_INTERNAL, "", "The step left out a column of some row."};
        }
    }
    return OwnedArray::structure(rows, std::move(columns));
}

OwnedArray no_rejects() {
    std::vector<OwnedArray> columns;
    columns.push_back(OwnedArray::int64s({}));
    columns.push_back(TextBuilder().finish());
    columns.push_back(TextBuilder().finish());
    return OwnedArray::structure(0, std::move(columns));
}

fastdistill_status create(
    const char *step_id, const char *config_json, std::uint64_t config_length, const fastdistill_host_v1 *host,
    fastdistill_instance **out, fastdistill_error_v1 *error) {
    return guarded(error, [&] {
        const std::string_view config(config_json, config_length);
        *out = new fastdistill_instance(find_step(step_id), config, host);
    });
}

fastdistill_status bind(
    fastdistill_instance *instance, const ArrowSchema *input, ArrowSchema *reads, ArrowSchema *adds,
    fastdistill_error_v1 *error) {
    return guarded(error, [&] {
        std::vector<Field> wanted;
        for (const ReadColumn &read : instance->spec.reads) {
            const ArrowSchema &column = find_column(*input, read);
            wanted.push_back({read.name, Type::text, (column.flags & ARROW_FLAG_NULLABLE) != 0});
        }
        std::vector<Field> added;
        for (const AddedColumn &add : instance->spec.adds) added.push_back({add.name, add.type, add.is_nullable});
        ArrowSchema wanted_schema;
        export_schema(wanted, &wanted_schema);
        try {
            export_schema(added, adds);
        } catch (...) {
            wanted_schema.release(&wanted_schema);
            throw;
        }
        *reads = wanted_schema;
        instance->is_bound = true;
    });
}

fastdistill_status run(
    fastdistill_instance *instance, const fastdistill_call_v1 *, const ArrowArray *input, ArrowArray *out,
    ArrowArray *rejects, fastdistill_error_v1 *error) {
    return guarded(error, [&] {
        if (!instance->is_bound) throw StepError{FASTDISTILL_INTERNAL, "", "The step was run before it was bound."};
        const std::size_t wanted = instance->spec.reads.size();
        if (input->n_children != static_cast<std::int64_t>(wanted)) {
            throw StepError{
                FASTDISTILL_INVALID_INPUT, "",
                "The batch has " + std::to_string(input->n_children) + " columns, but " + std::to_string(wanted) +
                    " were bound."};
        }
        std::vector<TextColumn> reads;
        for (std::size_t index = 0; index < wanted; index++) reads.emplace_back(*input->children[index], input->offset);
        std::vector<Row::Writer> adds;
        for (const AddedColumn &column : instance->spec.adds) adds.push_back(writer(column));
        Row row(reads, adds);
        for (std::int64_t number = 0; number < input->length; number++) {
            if (instance->host.is_cancelled()) throw StepError{FASTDISTILL_CANCELLED, "", "The run was stopped."};
            instance->host.report_row(static_cast<std::uint64_t>(number));
            row.move_to(number);
            instance->step->run(row);
        }
        // Nothing below can fail, so either both are filled or none.
        OwnedArray made = finish(input->length, adds);
        OwnedArray none = no_rejects();
        std::move(made).hand_over(out);
        std::move(none).hand_over(rejects);
    });
}

void destroy(fastdistill_instance *instance) { delete instance; }

}  // namespace

const fastdistill_map_v1 map_interface = {create, bind, run, destroy};

}  // namespace mathword
