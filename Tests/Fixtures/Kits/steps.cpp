// The same steps as in steps.c, with the kit of C++ packages.
#include "kit/kit.hpp"

namespace {

class All : public kit::Step {
public:
    explicit All(kit::Setup &setup)
        : yes(setup.reads<bool>("yes")),
          whole(setup.reads<std::int64_t>("whole")),
          number(setup.reads<double>("number")),
          text(setup.reads<std::optional<std::string_view>>("text")),
          no(setup.adds<bool>("no")),
          product(setup.adds<std::optional<std::int64_t>>("product")),
          share(setup.adds<double>("share")),
          label(setup.adds<std::optional<std::string>>("label")),
          messages(setup.adds<std::vector<kit::Message>>("messages")),
          loud(setup.option<std::optional<bool>>("loud").value_or(false)),
          factor(setup.option<std::optional<std::int64_t>>("factor", 0, 100).value_or(0)),
          ratio(setup.option<std::optional<double>>("ratio", -0.5, 0.5).value_or(0)),
          mark(setup.option<std::optional<std::string>>("mark").value_or("")) {}

    void run(kit::Row &row) const override {
        const std::int64_t count = row.get(whole);
        row.set(no, !row.get(yes));
        row.set(product, 7);
        row.set(product, count * factor);
        row.set(share, row.get(number) * ratio);
        std::vector<kit::Message> made(static_cast<std::size_t>(count), {loud ? "system" : "user", mark});
        if (made.empty()) made.push_back({"user", ""});
        row.set(messages, std::move(made));
        if (const auto given = row.get(text)) {
            row.set(label, "overwritten");
            row.set(label, std::string(*given));
        }
        if (count == 2) throw kit::Reject{"two", "\xC3\xA9!"};
    }

private:
    kit::Input<bool> yes;
    kit::Input<std::int64_t> whole;
    kit::Input<double> number;
    kit::Input<std::optional<std::string_view>> text;
    kit::Output<bool> no;
    kit::Output<std::optional<std::int64_t>> product;
    kit::Output<double> share;
    kit::Output<std::optional<std::string>> label;
    kit::Output<std::vector<kit::Message>> messages;
    bool loud;
    std::int64_t factor;
    double ratio;
    std::string mark;
};

class Odd : public kit::Step {
public:
    explicit Odd(kit::Setup &setup)
        : whole(setup.reads<std::int64_t>("whole")), same(setup.adds<std::int64_t>("same")) {}

    void run(kit::Row &row) const override {
        if (row.get(whole) % 2 == 1) row.set(same, row.get(whole));
    }

private:
    kit::Input<std::int64_t> whole;
    kit::Output<std::int64_t> same;
};

class Copy : public kit::Step {
public:
    explicit Copy(kit::Setup &setup)
        : whole(setup.reads<std::int64_t>("whole")), same(setup.adds<std::optional<std::int64_t>>("same")) {}

    void run(kit::Row &row) const override {
        if (row.get(whole) > 0) row.set(same, row.get(whole));
    }

private:
    kit::Input<std::int64_t> whole;
    kit::Output<std::optional<std::int64_t>> same;
};

}  // namespace

const std::vector<kit::StepEntry> kit::steps = {
    {"all", kit::make<All>}, {"odd", kit::make<Odd>}, {"copy", kit::make<Copy>}};

extern "C" const fastdistill_map_v1 *map_under_test() { return &kit::map; }
