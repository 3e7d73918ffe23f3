import DataPlane

extension GateDecision {
    /// Where the decision of a run lies.
    public static func path(runDirectory: String) -> String { "\(runDirectory)/gates/decision.json" }

    /// Writes the record. One that stands there already is replaced, as long as it was made with the same gate values.
    ///
    /// - Throws: ``Failure`` of code `gates` when it was made with others, or is no record; else that of the file system.
    public func write(runDirectory: String) throws(Failure) {
        let path = Self.path(runDirectory: runDirectory)
        if PathKind(path) != nil {
            let bytes = try readFile(path)
            let parsed = bytes.withUnsafeBytes { bytes in
                Result { () throws(JSONSyntaxError) in try JSONParser().parse(bytes) }
            }
            guard case .success(let record) = parsed, record["format"]?.string == Self.format,
                let hash = record["gates_sha256"]?.string
            else {
                throw Failure(
                    "gates", "'\(path)' is not a record of a gate decision; move it away and decide again",
                    at: Location(file: path))
            }
            guard hash == inputs.gates.valuesHash else {
                throw Failure(
                    "gates",
                    "the run '\(inputs.runID)' was decided with other gate values: other values are another run with an "
                        + "evaluation of its own; start it without --run-id, or restore the values in '\(path)'",
                    at: Location(file: path))
            }
        }
        try createFolder(parentFolder(of: path))
        try replaceFile(path, with: json.pretty)
    }
}

extension QualityGates {
    /// The SHA-256 of the canonical JSON of ``values``.
    public var valuesHash: String { sha256Hex(of: values.canonical) }
}
