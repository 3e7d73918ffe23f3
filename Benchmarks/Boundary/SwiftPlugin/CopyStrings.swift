import PluginKit

/// Adds a copy of each text, as a `String`: the way most steps are written.
enum CopyStrings {
    struct One: Step {
        static let id = "strings_1"
        static let summary = "Copies one."

        let text: Input<String>
        let copy: Output<String>

        init(_ declare: inout Declaration) {
            text = declare.reads("t0", doc: "A text.")
            copy = declare.adds("c0", doc: "Its copy.")
        }

        func run(_ row: inout Row) {
            row[copy] = row[text]
        }
    }

    struct Eight: Step {
        static let id = "strings_8"
        static let summary = "Copies eight."

        let columns: TextColumns

        init(_ declare: inout Declaration) { columns = TextColumns(&declare, count: 8) }

        func run(_ row: inout Row) {
            for index in columns.texts.indices {
                row[columns.copies[index]] = row[columns.texts[index]]
            }
        }
    }
}
