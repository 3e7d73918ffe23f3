// What a step is to the machinery around it: a function of one row.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "Plugin/arrow.hpp"

namespace mathword {

/// One row of a batch: what the step reads, and where it puts what it adds. Numbers are positions in the step's spec.
class Row {
public:
    using Writer = std::variant<TextBuilder, MessagesBuilder>;

    Row(const std::vector<TextColumn> &reads, std::vector<Writer> &adds) : reads_(reads), adds_(adds) {}

    std::optional<std::string_view> text(std::size_t read) const { return reads_[read][number_]; }

    void set(std::size_t added, std::string_view text) { std::get<TextBuilder>(adds_[added]).append(text); }
    void set_null(std::size_t added) { std::get<TextBuilder>(adds_[added]).append_null(); }
    void set(std::size_t added, const std::vector<Message> &messages) {
        std::get<MessagesBuilder>(adds_[added]).append(messages);
    }

    void move_to(std::int64_t number) { number_ = number; }

private:
    const std::vector<TextColumn> &reads_;
    std::vector<Writer> &adds_;
    std::int64_t number_ = 0;
};

/// A configured step. Keeps no state that changes: the same row gives the same answer, whenever it comes.
class Step {
public:
    virtual ~Step() = default;

    /// Reads the row and sets every added column once.
    virtual void run(Row &row) const = 0;
};

}  // namespace mathword
