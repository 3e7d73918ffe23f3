import PluginKit

/// Adds a copy of each text, as bytes: for steps that have nothing to gain from a `String`.
enum CopyBytes {
    struct One: Step {
        static let id = "bytes_1"
        static let summary = "Copies one."

        let text: Input<String>
        let copy: Output<String>

        init(_ declare: inout Declaration) {
            text = declare.reads("t0", doc: "A text.")
            copy = declare.adds("c0", doc: "Its copy.")
        }

        func run(_ row: inout Row) {
            row.set(copy, utf8: row.utf8(text))
        }
    }

    struct Eight: Step {
        static let id = "bytes_8"
        static let summary = "Copies eight."

        let columns: TextColumns

        init(_ declare: inout Declaration) { columns = TextColumns(&declare, count: 8) }

        func run(_ row: inout Row) {
            for index in columns.texts.indices {
                row.set(columns.copies[index], utf8: row.utf8(columns.texts[index]))
            }
        }
    }
}
