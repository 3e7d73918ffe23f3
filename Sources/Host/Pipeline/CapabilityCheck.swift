import ControlPlane
import DataPlane
import InferencePlane

/// Finds nodes that ask a role for what a probe has found its providers not to do: the tokens would be paid for in vain.
struct CapabilityCheck {
    let providers: ProviderConfig

    /// What is wrong, each at its node. Providers that serve only when others are gone do not count.
    func failures(_ plan: Plan) -> [Failure] {
        plan.nodes.flatMap { node in
            wants(node.verb).flatMap { want in
                askedFirst(node.verb.role).compactMap { provider -> Failure? in
                    guard let support = provider.capabilities?[keyPath: want.path], support.isMissing else {
                        return nil
                    }
                    return Failure(
                        "config",
                        "node '\(node.id)' asks for \(want.words), which are \(support.rawValue) by provider "
                            + "'\(provider.id)' ('fastdistill gateway probe' has found); leave them out or ask another one",
                        at: node.location)
                }
            }
        }
    }

    private typealias Want = (words: String, path: KeyPath<Capabilities, Capabilities.Support>)

    private func wants(_ verb: NodeVerb) -> [Want] {
        switch verb {
        case .embed: return [("vectors", \.embeddings)]
        case .complete(let complete):
            let tools: [Want] = complete.constraints.contains { $0.name == "tools" } ? [("tool calls", \.tools)] : []
            return tools + (complete.likelyTokens == nil ? [] : [("logprobs", \.logprobs)])
        case .use, .identify, .reject, .select: return []
        }
    }

    private func askedFirst(_ role: String?) -> [Provider] {
        let members = providers.roles.first { $0.name == role }?.members ?? []
        let ids = members.filter { $0.weight > 0 }.map(\.provider)
        return providers.providers.filter { ids.contains($0.id) }
    }
}
