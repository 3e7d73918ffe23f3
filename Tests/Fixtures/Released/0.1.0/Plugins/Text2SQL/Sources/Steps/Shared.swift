/// What a step opens once and fills as it goes: connections and caches. They make it faster, never different; calls
/// into one step come one after the other.
final class Shared<Value> {
    var value: Value

    init(_ value: Value) {
        self.value = value
    }
}
