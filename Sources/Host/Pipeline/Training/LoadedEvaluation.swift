import ControlPlane
import DataPlane
import InferencePlane
import TrainingPlane

/// The graphs that `evaluate` of another one names, checked, with who answers in each.
struct LoadedEvaluation {
    /// A model that is asked.
    struct Asked {
        var model: EvaluateSection.Model
        /// Its graph, in which nobody but the model answers for the asked role.
        var graph: LoadedGraph
        /// The provider that is reached where a server says; nil when nothing is served.
        var served: String?
        /// As records call it.
        var name: String
    }

    let section: EvaluateSection
    let asked: [Asked]
    /// One or none; a list, because a graph cannot hold a graph.
    private let judging: [LoadedGraph]

    /// In which a judge compares answers; nil where nobody does.
    var pairs: LoadedGraph? { judging.first }
    /// The role that the models answer for.
    var role: String { section.role?.value ?? EvaluateSection.askedRole }
    var takesPreviousFromRegistry: Bool {
        section.models.contains { if case .registry = $0.answerer { true } else { false } }
    }

    /// - Throws: ``Failures``: all that does not fit, each at its place in the graph that evaluates.
    init(_ section: EvaluateSection, pluginPaths: [String], providersPath: String?, lock: LockUse) throws {
        self.section = section
        var failures: [Failure] = []
        var asked: [Asked] = []
        for model in section.models {
            if case .registry = model.answerer { continue }
            let graph = try LoadedGraph(
                path: model.graph ?? section.graph.value, pluginPaths: pluginPaths, providersPath: providersPath,
                lock: lock)
            // What is wrong with the shared graph is said once.
            let found = Self.failures(graph, section)
            failures += found.filter { failure in !failures.contains { $0.message == failure.message } }
            if !found.isEmpty { continue }
            do throws(Failure) {
                asked.append(try Self.ask(model, in: graph, of: section))
            } catch {
                failures.append(error)
            }
        }
        judging = try [section.pairs].compactMap { $0 }.map { pairs in
            let graph = try LoadedGraph(
                path: pairs.graph.value, pluginPaths: pluginPaths, providersPath: providersPath, lock: lock)
            let found = Self.failures(graph, pairs, asked)
            failures += found.filter { failure in !failures.contains { $0.message == failure.message } }
            return graph
        }
        guard failures.isEmpty else { throw Failures(failures) }
        self.asked = asked
    }

    private static func failures(_ graph: LoadedGraph, _ pairs: PairsSection, _ asked: [Asked]) -> [Failure] {
        let plan = graph.plan
        if plan.evaluate != nil || plan.train != nil || plan.gatesPath != nil {
            return [
                pairs.graph.failure(
                    "the graph over pairs '\(plan.name)' has a 'train', 'evaluate' or 'gates' of its own; leave it out")
            ]
        }
        let shown = asked.flatMap { $0.graph.plan.failures(answersOf: pairs) }
        guard shown.isEmpty, let first = asked.first else { return shown }
        return plan.failures(judging: pairs, of: first.graph.plan)
    }

    private static func failures(_ graph: LoadedGraph, _ section: EvaluateSection) -> [Failure] {
        let plan = graph.plan
        if plan.evaluate != nil || plan.train != nil || plan.gatesPath != nil {
            return [
                section.graph.failure(
                    "the evaluation graph '\(plan.name)' has a 'train', 'evaluate' or 'gates' of its own; leave it out")
            ]
        }
        return plan.failures(of: section)
    }

    private static func ask(
        _ model: EvaluateSection.Model, in graph: LoadedGraph, of section: EvaluateSection
    ) throws(Failure) -> Asked {
        var graph = graph
        guard var providers = graph.providers else { preconditionFailure("a graph that asks has providers") }
        let role = section.role?.value ?? EvaluateSection.askedRole
        let members: [Role.Member]
        var served: String?
        var name: String
        switch model.answerer {
        case .provider(let id):
            let known = providers.providers.map(\.id)
            guard known.contains(id.value) else {
                throw id.failure(
                    "there is no provider \(quoted(id.value)) in '\(providers.path)'; "
                        + ConfigReader.suggestion(for: id.value, among: known))
            }
            members = [Role.Member(provider: id.value, weight: 1)]
            name = id.value
            if model.served != nil {
                guard let provider = providers.providers.first(where: { $0.id == id.value }), provider.isEndpoint else {
                    throw id.failure("the provider '\(id.value)' is recorded, and a server takes one of kind openai")
                }
                served = id.value
            }
        case .role(let asked):
            guard let found = providers.roles.first(where: { $0.name == asked.value }) else {
                throw asked.failure(
                    "there is no role \(quoted(asked.value)) in '\(providers.path)'; "
                        + ConfigReader.suggestion(for: asked.value, among: providers.roles.map(\.name)))
            }
            members = found.members
            name = asked.value
        case .registry: preconditionFailure("nobody is asked")
        }
        providers.roles = providers.roles.map { $0.name == role ? Role(name: role, members: members) : $0 }
        graph.providers = providers
        if case .untrained? = model.served { name = QualityGates.untrainedName }
        return Asked(model: model, graph: graph, served: served, name: model.name ?? name)
    }

    /// The graphs that it runs, each once.
    var graphs: [LoadedGraph] {
        var seen: Set<String> = []
        return (asked.map(\.graph) + judging).filter { seen.insert($0.path).inserted }
    }

    /// As those of the graph itself: what only a step can judge is found out before anything is paid for.
    func tryOutSteps() throws {
        for graph in graphs { try graph.tryOutSteps() }
    }

    /// What of it may change results.
    func contract() throws(Failure) -> JSONValue {
        var models: [(String, JSONValue)] = []
        for model in section.models {
            guard let asked = asked.first(where: { $0.model.role == model.role }) else {
                models.append((model.role, "registry"))
                continue
            }
            let served: JSONValue =
                switch model.served {
                case .trained: "trained"
                case .untrained: "untrained"
                case .previous: "previous"
                case .path(let path): .string(try hashModel(path))
                case nil: .null
                }
            models.append(
                (
                    model.role,
                    [
                        "name": .string(asked.name), "served": served,
                        "contract_hash": .string(try asked.graph.contract().hash),
                    ]
                ))
        }
        var members = section.json.object ?? []
        members.append(("models", .object(models)))
        if let pairs, let section = section.pairs {
            let hash = JSONValue.string(try pairs.contract().hash)
            members.append(("pairs", .object((section.json.object ?? []) + [("contract_hash", hash)])))
        }
        if let feedback = section.feedback { members.append(("feedback_sha256", .string(try hashFile(feedback)))) }
        return .object(members)
    }
}
