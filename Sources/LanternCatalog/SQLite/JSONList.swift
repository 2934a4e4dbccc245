import WireForm

extension [String] {
    /// The texts as a JSON array, which `json_each` takes apart again.
    var jsonList: String {
        var text = JSONText()
        JSONValue.array(map { .string($0) }).write(to: &text)
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
