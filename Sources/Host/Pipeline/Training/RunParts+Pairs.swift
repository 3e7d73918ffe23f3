import ControlPlane
import DataPlane
import TrainingPlane

extension RunParts {
    /// The answers that all models are compared with.
    struct Reference {
        var role: ModelRole
        var answers: ShownAnswers
        var hash: String
    }

    /// - Parameter answered: the models that were asked: there may be no previous version.
    /// - Returns: nil where no judge compares answers.
    func reference(_ evaluation: LoadedEvaluation, among answered: [LoadedEvaluation.Asked]) throws -> Reference? {
        guard let section = evaluation.section.pairs, let role = ModelRole(rawValue: section.reference.value) else {
            return nil
        }
        guard let asked = answered.first(where: { $0.model.role == role.rawValue }) else {
            throw Failure(
                "evaluation",
                "there is no earlier version, whose answers the others are to be compared with; name another model under "
                    + "'reference' of 'pairs'")
        }
        let answers = try shown(asked, section)
        return Reference(role: role, answers: answers, hash: answers.sha256)
    }

    private func shown(_ asked: LoadedEvaluation.Asked, _ section: PairsSection) throws -> ShownAnswers {
        let columns = section.columns.map {
            ShownAnswers.Column(name: $0.name, path: $0.path.value.description)
        }
        return try ShownAnswers(runDirectory: modelFolder(asked), columns: columns)
    }

    /// Has a judge compare a model's answers with those of the reference.
    ///
    /// - Returns: how its run ended; with what it says when that is done.
    func compare(
        _ asked: LoadedEvaluation.Asked, with reference: Reference, on rows: TestRows, _ evaluation: LoadedEvaluation
    ) throws -> (status: ExitStatus, judged: JudgedPairs?) {
        guard let section = evaluation.section.pairs, var graph = evaluation.pairs else { return (.done, nil) }
        let pairs = AnswerPairs(try shown(asked, section), with: reference.answers, on: rows)
        let score = section.score.value.description
        guard pairs.asked > 0 else { return (.done, try pairs.judged(by: nil, score: score)) }
        let name = "pairs-\(asked.model.role)"
        let path = "\(folder)/\(name).jsonl"
        let nullable = Set(graph.plan.source.columns.filter(\.field.nullable).map(\.field.name))
        let read = Set(graph.plan.source.columns.map(\.field.name))
        try pairs.write(to: path) { nullable.contains($0) || !read.contains($0) }
        graph.plan = graph.plan.reading(pairs: absolutePath(path, in: currentFolder()), name: "\(name).jsonl")
        let status = try part(graph, name)
        guard status == .done else { return (status, nil) }
        return (.done, try pairs.judged(by: "\(folder)/\(name)", score: score))
    }
}
