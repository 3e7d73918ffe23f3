/// Rules about what a step does over time, and to its process.
enum BehaviourRules {
    static let all: [ConformanceRule] = answers + calls + traces
}
