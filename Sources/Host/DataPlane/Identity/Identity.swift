/// What a sample is, as hashes that two programs agree on without talking (Docs/specs/identity.md).
///
/// ```swift
/// let schema = Identity.schemaHash(of: "CREATE TABLE t (a INTEGER)")
/// let input = Identity.inputID(taskID: "questions", schemaHash: schema, canonicalInput: "How many rows are there?")
/// input.hex   // d8eb67845754f7410b3e69601e7a3c371f8897bb4401b3d994883364b08bbecf
/// ```
///
/// The functions over raw bytes are for columns: they make no strings.
public enum Identity {
    /// The hash of the context schema's text; of the empty text where a task has none.
    public static func schemaHash(of contextSchema: UnsafeRawBufferPointer) -> Digest {
        var hash = SHA256()
        hash.update(contextSchema)
        return Digest(hash)
    }

    public static func schemaHash(of contextSchema: String) -> Digest {
        withBytes(contextSchema) { schemaHash(of: $0) }
    }

    /// Names the input, whatever the decoding: for duplicates, splits, pairing.
    public static func inputID(
        taskID: UnsafeRawBufferPointer, schemaHash: Digest, canonicalInput: UnsafeRawBufferPointer
    ) -> Digest {
        var hash = SHA256()
        hash.update("fastdistill.input.v1\n")
        hash.update(field: taskID)
        schemaHash.withHexDigits { hash.update(field: $0) }
        hash.update(field: canonicalInput)
        return Digest(hash)
    }

    public static func inputID(taskID: String, schemaHash: Digest, canonicalInput: String) -> Digest {
        withBytes(taskID) { task in
            withBytes(canonicalInput) { inputID(taskID: task, schemaHash: schemaHash, canonicalInput: $0) }
        }
    }

    /// Names the sample: the input under one decode profile.
    ///
    /// - Parameter decodeProfile: the canonical JSON of the profile without `n`.
    public static func sampleID(
        taskID: UnsafeRawBufferPointer, schemaHash: Digest, canonicalInput: UnsafeRawBufferPointer,
        decodeProfile: String
    ) -> Digest {
        var hash = SHA256()
        hash.update("fastdistill.sample.v1\n")
        hash.update(field: taskID)
        schemaHash.withHexDigits { hash.update(field: $0) }
        hash.update(field: canonicalInput)
        hash.update(field: decodeProfile)
        return Digest(hash)
    }

    public static func sampleID(
        taskID: String, schemaHash: Digest, canonicalInput: String, decodeProfile: String
    ) -> Digest {
        withBytes(taskID) { task in
            withBytes(canonicalInput) { input in
                sampleID(taskID: task, schemaHash: schemaHash, canonicalInput: input, decodeProfile: decodeProfile)
            }
        }
    }

    private static func withBytes(_ text: String, _ body: (UnsafeRawBufferPointer) -> Digest) -> Digest {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
