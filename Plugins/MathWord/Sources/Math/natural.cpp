#include "Math/natural.hpp"

#include <algorithm>
#include <string>

namespace mathword {

Natural::Natural(std::uint64_t value) {
    for (; value > 0; value /= base) limbs_.push_back(static_cast<std::uint32_t>(value % base));
}

Natural Natural::from_digits(std::string_view digits) {
    Natural number;
    number.limbs_.reserve(digits.size() / 9 + 1);
    while (!digits.empty()) {
        const std::size_t count = std::min<std::size_t>(digits.size(), 9);
        std::uint32_t limb = 0;
        for (char digit : digits.substr(digits.size() - count)) {
            limb = limb * 10 + static_cast<std::uint32_t>(digit - '0');
        }
        number.limbs_.push_back(limb);
        digits.remove_suffix(count);
    }
    number.drop_leading_zeros();
    return number;
}

Natural Natural::power_of_ten(unsigned exponent) { return from_digits("1" + std::string(exponent, '0')); }

void Natural::drop_leading_zeros() {
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
}

Natural operator+(const Natural &left, const Natural &right) {
    Natural sum;
    std::uint32_t carry = 0;
    for (std::size_t at = 0; at < std::max(left.limbs_.size(), right.limbs_.size()) || carry > 0; at++) {
        carry += (at < left.limbs_.size() ? left.limbs_[at] : 0) + (at < right.limbs_.size() ? right.limbs_[at] : 0);
        sum.limbs_.push_back(carry % Natural::base);
        carry /= Natural::base;
    }
    return sum;
}

Natural operator*(const Natural &left, const Natural &right) {
    Natural product;
    product.limbs_.resize(left.limbs_.size() + right.limbs_.size());
    for (std::size_t at = 0; at < left.limbs_.size(); at++) {
        std::uint64_t carry = 0;
        for (std::size_t other = 0; other < right.limbs_.size(); other++) {
            // At most (10^9 - 1)^2 + 2 (10^9 - 1), which is below 2^64.
            carry += product.limbs_[at + other] + std::uint64_t{left.limbs_[at]} * right.limbs_[other];
            product.limbs_[at + other] = static_cast<std::uint32_t>(carry % Natural::base);
            carry /= Natural::base;
        }
        product.limbs_[at + right.limbs_.size()] = static_cast<std::uint32_t>(carry);
    }
    product.drop_leading_zeros();
    return product;
}

}  // namespace mathword
