// Natural numbers without a limit.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mathword {

/// A natural number, in base 10^9: numbers come from decimal digits, so reading them costs no division.
class Natural {
public:
    Natural(std::uint64_t value = 0);

    /// The number that ASCII digits spell; 0 for none.
    static Natural from_digits(std::string_view digits);
    static Natural power_of_ten(unsigned exponent);

    bool is_zero() const { return limbs_.empty(); }

    friend Natural operator+(const Natural &left, const Natural &right);
    /// O(digits of the one times digits of the other).
    friend Natural operator*(const Natural &left, const Natural &right);
    friend bool operator==(const Natural &left, const Natural &right) { return left.limbs_ == right.limbs_; }

private:
    void drop_leading_zeros();

    static constexpr std::uint32_t base = 1'000'000'000;
    /// The lowest first; the highest is not zero.
    std::vector<std::uint32_t> limbs_;
};

}  // namespace mathword
