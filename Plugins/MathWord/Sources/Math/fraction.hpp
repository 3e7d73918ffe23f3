// Rational numbers, exactly.
#pragma once

#include "Math/natural.hpp"

namespace mathword {

/// A rational number. It is never reduced: all that is asked of it is whether it equals another.
class Fraction {
public:
    Fraction(Natural numerator = 0, Natural denominator = 1)
        : numerator_(std::move(numerator)), denominator_(std::move(denominator)) {}

    Fraction negated() const {
        Fraction result = *this;
        result.is_negative_ = !is_negative_;
        return result;
    }

    friend Fraction operator*(const Fraction &left, const Fraction &right) {
        Fraction product(left.numerator_ * right.numerator_, left.denominator_ * right.denominator_);
        product.is_negative_ = left.is_negative_ != right.is_negative_;
        return product;
    }

    /// By anything but zero.
    friend Fraction operator/(const Fraction &left, const Fraction &right) {
        Fraction quotient(left.numerator_ * right.denominator_, left.denominator_ * right.numerator_);
        quotient.is_negative_ = left.is_negative_ != right.is_negative_;
        return quotient;
    }

    /// Of two numbers that are not negative.
    friend Fraction operator+(const Fraction &left, const Fraction &right) {
        return Fraction(
            left.numerator_ * right.denominator_ + right.numerator_ * left.denominator_,
            left.denominator_ * right.denominator_);
    }

    friend bool operator==(const Fraction &left, const Fraction &right) {
        if (left.numerator_.is_zero() || right.numerator_.is_zero()) {
            return left.numerator_.is_zero() && right.numerator_.is_zero();
        }
        return left.is_negative_ == right.is_negative_ &&
               left.numerator_ * right.denominator_ == right.numerator_ * left.denominator_;
    }

private:
    bool is_negative_ = false;
    Natural numerator_;
    /// Never zero.
    Natural denominator_;
};

}  // namespace mathword
