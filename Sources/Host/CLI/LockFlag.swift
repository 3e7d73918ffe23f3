import ArgumentParser
import Pipeline

/// `--locked` or `--update-lock`, on the commands that know `<graph>.lock`.
enum LockFlag: EnumerableFlag {
    case locked, updateLock

    static func help(for value: LockFlag) -> ArgumentHelp? {
        switch value {
        case .locked: "Use exactly the plugins that <graph>.lock names."
        case .updateLock: "Write <graph>.lock anew, with the highest versions that the graph takes."
        }
    }
}

extension LockFlag? {
    var use: LockUse {
        switch self {
        case .locked?: .enforced
        case .updateLock?: .updated
        case nil: .none
        }
    }
}
