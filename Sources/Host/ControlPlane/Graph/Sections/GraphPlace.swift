import DataPlane

/// Something of a graph file and where it stands, for what is found wrong with it only later.
public struct GraphPlace<Value: Sendable>: Sendable {
    public var value: Value
    private let blank: Failure

    init(_ value: Value, _ node: YAMLNode, _ reader: ConfigReader) {
        self.value = value
        blank = reader.failure("", at: node.mark)
    }

    /// A failure that shows the place.
    public func failure(_ message: String) -> Failure {
        var failure = blank
        failure.message = message
        return failure
    }
}
