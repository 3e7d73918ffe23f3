extension StringProtocol {
    /// With pictures in the place of control characters (Unicode's block "Control Pictures"), which a terminal would obey and
    /// which make a page of text look like binary data.
    var withControlPictures: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0..<0x20: scalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "�")
            case 0x7F: scalars.append("␡")
            case 0x80..<0xA0: scalars.append("�")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
