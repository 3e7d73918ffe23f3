import PluginKit

/// Texts t0, t1, … and their copies c0, c1, …
struct TextColumns {
    let texts: [Input<String>]
    let copies: [Output<String>]

    init(_ declare: inout Declaration, count: Int) {
        var texts: [Input<String>] = []
        var copies: [Output<String>] = []
        for index in 0..<count {
            texts.append(declare.reads("t\(index)", doc: "A text."))
            copies.append(declare.adds("c\(index)", doc: "Its copy."))
        }
        self.texts = texts
        self.copies = copies
    }
}
