import DataPlane

/// Something of a graph file and where it stands, for what is found wrong with it only later.
public struct GraphPlace<Value: Sendable>: Sendable {
    public var value: Value
    private let blank: Failure

    init(_ value: Value, _ node: YAMLNode, _ reader: ConfigReader) { self.init(value, at: node.mark, reader) }

    init(_ value: Value, at mark: Mark, _ reader: ConfigReader) {
        self.value = value
        blank = reader.failure("", at: mark)
    }

    /// A failure that shows the place.
    public func failure(_ message: String) -> Failure {
        var failure = blank
        failure.message = message
        return failure
    }

    /// Gives a failure this place.
    public func place(_ failure: inout Failure) {
        (failure.location, failure.excerpt) = (blank.location, blank.excerpt)
    }
}
