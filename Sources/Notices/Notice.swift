/// Something that people should hear of.
public struct Notice: Sendable {
    /// What kind of thing it is, such as `sync.failed`.
    public var event: String
    /// What happened, on one line.
    public var subject: String
    /// What there is to say, on several lines.
    public var text: String
    /// The address of the page that shows more, absolute; empty when there is none.
    public var link: String
    /// What programs that get the notice go by, in order.
    public var facts: [(name: String, value: String)]

    /// A notice.
    public init(
        event: String, subject: String, text: String, link: String = "", facts: [(name: String, value: String)] = []
    ) {
        self.event = event
        self.subject = subject
        self.text = text
        self.link = link
        self.facts = facts
    }
}
