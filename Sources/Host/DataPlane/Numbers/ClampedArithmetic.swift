extension FixedWidthInteger {
    /// The sum, or the largest or smallest value where it does not fit: numbers of strangers must not end the process.
    public func addingClamped(_ other: Self) -> Self {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other > 0 ? .max : .min) : sum
    }

    /// The product, or the largest or smallest value where it does not fit.
    public func multipliedClamped(by other: Self) -> Self {
        let (product, overflows) = multipliedReportingOverflow(by: other)
        return overflows ? ((self > 0) == (other > 0) ? .max : .min) : product
    }
}
