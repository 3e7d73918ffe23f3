/// The words of a text, to compare questions with names: in small letters, without the s of a plural, three letters or
/// more. Names such as `orderItem` and `order_item` are two words.
enum QuestionWords {
    static func all(in text: String) -> Set<String> {
        var words: Set<String> = []
        var word = ""
        var isAfterSmall = false
        func end() {
            if let found = singular(word.lowercased()) { words.insert(found) }
            word = ""
        }
        for character in text {
            guard character.isLetter || character.isNumber else {
                end()
                isAfterSmall = false
                continue
            }
            if isAfterSmall, character.isUppercase { end() }
            word.append(character)
            isAfterSmall = character.isLowercase
        }
        end()
        return words
    }

    private static func singular(_ word: String) -> String? {
        var word = word
        if word.count > 4, word.hasSuffix("ies") {
            word = word.dropLast(3) + "y"
        } else if word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss") {
            word.removeLast()
        }
        return word.count < 3 ? nil : word
    }
}
