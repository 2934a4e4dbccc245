import Foundation

/// Where a list goes on: a text that means nothing to a client and can't be made up by one.
package struct Cursor: Sendable {
    package let ordinal: Int
    /// How many pages without rows led to it: each has a cursor of its own, although the place is the same.
    package let turn: Int

    /// A place in a list.
    package init(_ ordinal: Int, turn: Int = 0) {
        self.ordinal = ordinal
        self.turn = turn
    }

    /// Reads a cursor; nil when it was not given out for this list, or in a time that has passed.
    ///
    /// - Parameters:
    ///   - list: what the cursor is for: the path and everything that says which rows are meant.
    ///   - generation: goes up when all cursors given out before end.
    package init?(_ text: String, for list: String, generation: Int) {
        guard let data = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/").padded) else {
            return nil
        }
        let parts = String(decoding: data, as: UTF8.self).split(separator: ".")
        guard parts.count == 3, let ordinal = Int(parts[0]), let turn = Int(parts[1]),
            Cursor(ordinal, turn: turn).text(for: list, generation: generation) == text
        else { return nil }
        self.init(ordinal, turn: turn)
    }

    package func text(for list: String, generation: Int) -> String {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(ordinal)|\(turn)|\(generation)|\(list)".utf8 {
            digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return Data("\(ordinal).\(turn).\(String(digest, radix: 36))".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension String {
    fileprivate var padded: String { self + String(repeating: "=", count: (4 - count % 4) % 4) }
}
