import DataPlane

extension QualityGates {
    /// Reads a gates file.
    ///
    /// - Throws: ``Failures`` with everything that is wrong, each with its place.
    public static func load(_ path: String) throws(Failures) -> QualityGates {
        let document: YAMLDocument
        do throws(Failure) {
            document = try YAMLDocument.load(path)
        } catch {
            throw Failures([error])
        }
        return try read(document)
    }

    /// Reads the gates out of a document.
    ///
    /// - Throws: ``Failures`` as ``load(_:)`` does.
    public static func read(_ document: YAMLDocument) throws(Failures) -> QualityGates {
        let reading = QualityGatesReader(reader: ConfigReader(document))
        let gates = reading.read(document.root)
        try reading.reader.finish()
        return gates
    }
}
