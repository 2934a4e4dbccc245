extension String {
    /// This text with its control characters written out, so that it can't steer the terminal it is shown on.
    ///
    /// Names and messages come from the applications that are looked at. Newlines stay.
    public var showingControls: String {
        guard unicodeScalars.contains(where: { $0.isControl }) else { return self }
        var shown = ""
        for scalar in unicodeScalars {
            if scalar.isControl {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        self != "\n" && (value < 0x20 || (0x7F...0x9F).contains(value) || changesDirection)
    }

    /// Overrides and isolates make a line read differently from what it says.
    private var changesDirection: Bool {
        (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    }
}
