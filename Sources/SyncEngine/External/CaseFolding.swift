import AccessModel

extension String {
    /// A key that two texts share when they are equal but for case, character by character (sync-engine §10).
    ///
    /// That is the *simple* case folding of Unicode: no text becomes longer, so `ß` is not `ss`.
    var caseFolded: ByteKey {
        var text = self
        let folded: [UInt8]? = text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            return bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        }
        if let folded { return ByteKey(folded) }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: unicodeScalars.lazy.map(\.caseFolded))
        return ByteKey(String(scalars))
    }
}

extension Unicode.Scalar {
    /// The scalar that stands for all that differ from this one in case only.
    ///
    /// The standard library has the full mappings only. Where they lead to a single scalar they are the simple ones; where
    /// they don't, simple folding leaves the scalar alone. The one exception is the dotless i, whose capital is the I of everybody
    /// else, and which folds with nothing.
    var caseFolded: Unicode.Scalar {
        guard value != 0x131 else { return self }
        return upper.lower
    }

    private var upper: Unicode.Scalar { Self.single(properties.uppercaseMapping) ?? self }
    private var lower: Unicode.Scalar { Self.single(properties.lowercaseMapping) ?? self }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }
}
