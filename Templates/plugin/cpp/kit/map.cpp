// The four functions of "fastdistill.map/1", for steps that look at one row (kit.hpp). No exception leaves them.
#include <cstdio>
#include <cstring>
#include <exception>

#include "kit/columns.hpp"

/// The host carries the pointer.
struct fastdistill_instance {
    kit::Setup setup;
    std::unique_ptr<kit::Step> step;
    void *host_context = nullptr;
    const fastdistill_progress_v1 *progress = nullptr;
    const fastdistill_cancel_v1 *cancel = nullptr;
};

namespace kit {

namespace {

fastdistill_status report(
    fastdistill_error_v1 *error, fastdistill_status status, std::int64_t row, const char *where, const char *message) {
    error->row = row;
    std::snprintf(error->where, sizeof error->where, "%s", where);
    std::snprintf(error->message, sizeof error->message, "%s", message);
    return status;
}

/// Does the work of a call and turns what is thrown into a status.
template <class Work>
fastdistill_status guarded(fastdistill_error_v1 *error, const std::int64_t &row, Work work) noexcept {
    try {
        work();
        return FASTDISTILL_OK;
    } catch (const Failure &failure) {
        return report(error, failure.status, row, failure.where.c_str(), failure.message.c_str());
    } catch (const std::exception &exception) {
        return report(error, FASTDISTILL_INTERNAL, row, "", exception.what());
    } catch (...) {
        return report(error, FASTDISTILL_INTERNAL, row, "", "The step has thrown something that is no error.");
    }
}

constexpr std::int64_t no_row = -1;

fastdistill_status create(
    const char *step_id, const char *config_json, std::uint64_t config_length, const fastdistill_host_v1 *host,
    fastdistill_instance **out, fastdistill_error_v1 *error) {
    return guarded(error, no_row, [&] {
        const StepEntry *entry = nullptr;
        for (const StepEntry &step : steps) {
            if (std::strcmp(step.id, step_id) == 0) entry = &step;
        }
        if (!entry) throw Failure{FASTDISTILL_INTERNAL, "", "The plugin has no such step."};
        Setup setup(read_options({config_json, config_length}));
        auto step = entry->make(setup);
        if (!setup.options.empty()) {
            const std::string &name = setup.options.begin()->first;
            throw Failure{FASTDISTILL_INVALID_CONFIG, "/" + name, "There is no option `" + name + "`."};
        }
        auto instance = std::unique_ptr<fastdistill_instance>(
            new fastdistill_instance{std::move(setup), std::move(step)});
        if (host) {
            instance->host_context = host->context;
            instance->progress = static_cast<const fastdistill_progress_v1 *>(
                host->get_interface(host->context, FASTDISTILL_PROGRESS_V1));
            instance->cancel = static_cast<const fastdistill_cancel_v1 *>(
                host->get_interface(host->context, FASTDISTILL_CANCEL_V1));
        }
        *out = instance.release();
    });
}

void check(const Column &wanted, const ArrowSchema &input) {
    static const char *const names[] = {"bool", "int64", "float64", "utf8", "a list of messages"};
    for (std::int64_t i = 0; i < input.n_children; i++) {
        const ArrowSchema &offered = *input.children[i];
        if (wanted.name != offered.name) continue;
        const bool may_be_null = (offered.flags & ARROW_FLAG_NULLABLE) != 0;
        if (std::strcmp(offered.format, format_of(wanted.type)) == 0 && (!may_be_null || wanted.is_nullable)) return;
        throw Failure{
            FASTDISTILL_INVALID_INPUT, wanted.name,
            "Column `" + wanted.name + "` must be " + names[static_cast<int>(wanted.type)] +
                (wanted.is_nullable ? "." : " without nulls.")};
    }
    throw Failure{
        FASTDISTILL_INVALID_INPUT, wanted.name, "Column `" + wanted.name + "` is missing; bind one to it."};
}

fastdistill_status bind(
    fastdistill_instance *instance, const ArrowSchema *input, ArrowSchema *reads, ArrowSchema *adds,
    fastdistill_error_v1 *error) {
    return guarded(error, no_row, [&] {
        for (const Column &column : instance->setup.read_columns) check(column, *input);
        *reads = make_schema(instance->setup.read_columns);
        try {
            *adds = make_schema(instance->setup.added_columns);
        } catch (...) {
            reads->release(reads);
            *reads = {};  // a failed call leaves its outputs zeroed
            throw;
        }
    });
}

/// The answers to one batch: the columns that are added, and the rows that are rejected.
class Answer {
public:
    explicit Answer(const std::vector<Column> &columns) {
        for (const Column &column : columns) added.emplace_back(column.type);
    }

    void add(const Row &row, const std::vector<Column> &columns) {
        added[0].append(Row::Value(row.number));
        for (std::size_t i = 0; i < columns.size(); i++) {
            if (!columns[i].is_nullable && std::holds_alternative<std::monostate>(row.values[i])) {
                throw Failure{
                    FASTDISTILL_INTERNAL, columns[i].name, "The step has not set the column, which is never null."};
            }
            added[i + 1].append(row.values[i]);
        }
        added_rows++;
    }

    void reject(const Row &row, const Reject &reject) {
        rejected[0].append(Row::Value(row.number));
        rejected[1].append(Row::Value(reject.code));
        rejected[2].append(Row::Value(reject.detail));
        rejected_rows++;
    }

    void finish(ArrowArray *out, ArrowArray *rejects) && {
        ArrowArray first = finish_batch(std::move(added), added_rows);
        try {
            *rejects = finish_batch(std::move(rejected), rejected_rows);
        } catch (...) {
            first.release(&first);
            throw;
        }
        *out = first;
    }

private:
    std::vector<Builder> added = {Builder(Type::int64)};
    std::vector<Builder> rejected = {Builder(Type::int64), Builder(Type::text), Builder(Type::text)};
    std::int64_t added_rows = 0, rejected_rows = 0;
};

fastdistill_status run(
    fastdistill_instance *instance, const fastdistill_call_v1 *, const ArrowArray *input, ArrowArray *out,
    ArrowArray *rejects, fastdistill_error_v1 *error) {
    const std::vector<Column> &columns = instance->setup.added_columns;
    std::int64_t number = no_row;
    return guarded(error, number, [&] {
        Answer answer(columns);
        Row row(*input, columns.size());
        for (number = 0; number < input->length; number++) {
            if (instance->cancel && instance->cancel->is_cancelled(instance->host_context)) {
                throw Failure{FASTDISTILL_CANCELLED, "", "Cancelled."};
            }
            // So that the host knows which row it was when a step crashes or hangs.
            if (instance->progress) {
                instance->progress->row(instance->host_context, static_cast<std::uint64_t>(number));
            }
            row.number = number;
            for (Row::Value &value : row.values) value = std::monostate();
            try {
                instance->step->run(row);
            } catch (const Reject &reject) {
                answer.reject(row, reject);
                continue;
            }
            answer.add(row, columns);
        }
        number = no_row;
        std::move(answer).finish(out, rejects);
    });
}

void destroy(fastdistill_instance *instance) { delete instance; }

}  // namespace

const fastdistill_map_v1 map = {create, bind, run, destroy};

}  // namespace kit
