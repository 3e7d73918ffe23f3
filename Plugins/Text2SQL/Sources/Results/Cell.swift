/// One value of a result, with SQLite's type. Texts and blobs are ranges of the table's bytes.
enum Cell: Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(Range<Int>)
    case blob(Range<Int>)

    enum Kind: UInt8 {
        case null
        case integer
        case real
        case text
        case blob
    }
}
