import DataPlane

extension Training {
    public static let format = "fastdistill.training/1"

    /// Everything that one has to know of a training to repeat or to doubt it.
    func record(
        _ environment: JSONValue, _ data: [(path: String, sha256: String)], _ folder: String
    ) throws(Failure) -> JSONValue {
        var outputs: [JSONValue] = []
        for output in plan.outputs where PathKind(output.path) != nil {
            outputs.append([
                "name": .string(output.name), "path": .string(output.path),
                "sha256": .string(try hashFileOrFolder(output.path)),
            ])
        }
        var members: [(String, JSONValue)] = [
            ("format", .string(Self.format)), ("trainer", .string(plan.name)), ("outcome", .string(outcome.name)),
            ("reason", text(outcome.reason)), ("resumed_from", text(resumedFrom)), ("environment", environment),
            ("seed", .int(Int64(plan.seed))), ("log", "train.log"), ("outputs", .array(outputs)),
            ("model", text(plan.model.map { Self.path($0, in: folder) })), ("model_sha256", text(try modelHash)),
            ("wall_seconds", .double(wallSeconds)), ("counted_tokens", text(plan.countedTokens)),
        ]
        members.append(("command", .array(plan.command(resumingFrom: resumedFrom).map { .string($0) })))
        members.append(("versions", .sorted(plan.versions.mapValues { .string($0) })))
        members.append(("data", .array(data.map { ["path": .string($0.path), "sha256": .string($0.sha256)] })))
        members.append(("tokens", tokens.map { .int(Int64($0)) } ?? .null))
        members.append(("train_tokens_per_sec", tokensPerSecond.map { .double($0) } ?? .null))
        members.append(("loss_curve", .array(points.map(Self.point))))
        return .object(members)
    }

    /// Relative to the folder where it lies in it, so that a run can be moved.
    private static func path(_ path: String, in folder: String) -> String {
        let (path, root) = (absolutePath(path, in: currentFolder()), absolutePath(folder, in: currentFolder()) + "/")
        return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    }

    private var modelHash: String? {
        get throws(Failure) {
            guard outcome == .finished, let model = plan.model, PathKind(model) != nil else { return nil }
            return try hashModel(model)
        }
    }

    private func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    private static func point(_ point: TrainingPoint) -> JSONValue {
        .object([
            ("step", .int(Int64(point.step))), ("loss", point.loss.isFinite ? .double(point.loss) : .null),
            ("tokens", point.tokens.map { .int(Int64($0)) } ?? .null),
        ])
    }
}
