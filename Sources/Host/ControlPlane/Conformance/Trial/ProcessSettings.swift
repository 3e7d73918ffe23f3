import CPlatform
import DataPlane
import Glibc

/// Settings of the whole process that other code relies on.
struct ProcessSettings: Equatable {
    private let values: [String: String]

    init() {
        var values = ["working directory": currentFolder()]
        let mask = umask(0)
        umask(mask)
        values["umask"] = String(mask, radix: 8)
        values["locale"] = setlocale(LC_ALL, nil).map { String(cString: $0) }
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            variables.append(String(cString: variable))
            next += 1
        }
        values["environment"] = variables.sorted().joined(separator: "\n")
        for number in Int32(1)..<32 {
            values["handler of \(ProcessDeath.signalName(number))"] = String(fdplatform_signal_handler(number))
        }
        self.values = values
    }

    /// What is not as it was, by name.
    func changes(since earlier: ProcessSettings) -> [String] {
        values.keys.filter { values[$0] != earlier.values[$0] }.sorted()
    }
}
