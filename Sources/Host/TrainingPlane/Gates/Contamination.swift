/// How many test rows the training data knows, by their contamination keys.
public struct Contamination: Sendable, Equatable {
    public var testRows: Int
    public var contaminatedRows: Int

    public init(testRows: Int, contaminatedRows: Int) {
        self.testRows = testRows
        self.contaminatedRows = contaminatedRows
    }

    /// Nil without test rows.
    public var share: Double? { testRows == 0 ? nil : Double(contaminatedRows) / Double(testRows) }
}
