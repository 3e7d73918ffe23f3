// A small frame for tests: groups of expectations, counted.
#pragma once

#include <string>

namespace check {

/// Notes a failure with its place unless the condition holds.
void expect(bool condition, const std::string &what);

/// Notes a failure unless both texts are equal.
void expect_equal(const std::string &actual, const std::string &expected, const std::string &what);

// The groups of tests; each takes what it needs.
void test_entry(const class Plugin &plugin, const std::string &version);
void test_options(const class Plugin &plugin);
void test_binding(const class Plugin &plugin);
void test_batches(const class Plugin &plugin);
void test_examples(const class Plugin &plugin);
void test_answers(const class Plugin &plugin, const std::string &path, std::size_t least);
void test_comparisons(const class Plugin &plugin, const std::string &path, std::size_t least);
void test_hostile_texts(const class Plugin &plugin);
void test_json();

}  // namespace check
