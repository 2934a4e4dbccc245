import AccessModel
import BatonWire

extension DemoDatabase {
    /// Keeps a ticket and returns its number.
    ///
    /// - Parameter content: makes the text to keep of the number.
    func addTicket(of schema: String, at time: Int64, content: (Int64) throws -> String) throws -> Int64 {
        try changing { connection in
            try connection.change(
                "INSERT INTO tickets (created_at, schema, content) VALUES (?, ?, '')", .integer(time), .text(schema))
            let number = connection.lastRow
            try connection.change(
                "UPDATE tickets SET content = ? WHERE id = ?", .text(try content(number)), .integer(number))
            return number
        }
    }

    /// What was kept of a ticket; nil when there is none.
    func ticket(_ number: Int64) throws -> String? {
        let connection = try opened()
        guard try connection.tables().contains("tickets") else { return nil }
        return try connection.rows("SELECT content FROM tickets WHERE id = ?", [.integer(number)]) { try $0.text(0) }
            .first
    }
}
