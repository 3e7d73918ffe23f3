// The plugin as a test sees it: a library behind the C functions.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "Plugin/json.hpp"
#include "fastdistill/plugin.h"

namespace check {

using mathword::Json;
using Text = std::optional<std::string>;

/// A batch of utf8 columns in buffers of its own. Can be made such that its arrays are slices of longer ones.
class Batch {
public:
    /// - rows: a text for each column.
    /// - before: rows in front that do not belong to the batch; half of them are skipped by the batch's own offset, the
    ///   rest by those of its columns.
    explicit Batch(const std::vector<std::vector<Text>> &rows, std::size_t columns, int before = 0);
    Batch(const Batch &) = delete;

    const ArrowArray *array() const { return &array_; }

private:
    struct Column {
        std::vector<std::int32_t> offsets;
        std::string bytes;
        std::vector<std::uint8_t> validity;
        const void *buffers[3];
        ArrowArray array;
    };

    std::deque<Column> columns_;
    std::vector<ArrowArray *> children_;
    const void *validity_[1] = {nullptr};
    ArrowArray array_ = {};
};

/// A column that a test offers to `bind`.
struct Offer {
    std::string name;
    std::string format = "u";
    bool is_nullable = false;
};

/// What a call answered with.
struct Result {
    fastdistill_status status = FASTDISTILL_OK;
    std::string where;
    std::string message;
    /// A JSON object a row, of the added columns, in the form of `text_of`.
    std::vector<std::string> rows;
};

/// What the host offers to an instance in a test.
struct HostRecord {
    std::vector<std::uint64_t> rows;
    /// Says yes from the call of this number on.
    int cancel_at = -1;
    int cancel_calls = 0;
};

class Instance;

class Plugin {
public:
    explicit Plugin(const char *path);

    const fastdistill_plugin_entry_v1 *entry;
    const fastdistill_map_v1 *map;
    Json spec;

    const Json &step(const std::string &id) const;

private:
    friend class Instance;
};

/// A configured and bound step.
class Instance {
public:
    /// Fails with `created` when the step cannot be made, with `bound` when it cannot be bound.
    Instance(
        const Plugin &plugin, const std::string &step, const std::string &config = "{}", HostRecord *host = nullptr);
    ~Instance();
    Instance(const Instance &) = delete;

    /// Offers columns; without any, those of the spec.
    Result bind(std::vector<Offer> offers = {});

    /// Runs a batch whose columns are those of the spec, and checks that what comes back is sound.
    Result run(const std::vector<std::vector<Text>> &rows, int before = 0);

    Result created;
    /// What `bind` said it reads and adds, as `name: format?`.
    std::string reads;
    std::string adds;

private:
    const Plugin &plugin_;
    const Json &spec_;
    fastdistill_host_v1 host_ = {};
    fastdistill_instance *instance_ = nullptr;
};

/// JSON in one form: members in the order in which they stand.
std::string text_of(const Json &json);

}  // namespace check
