import AccessModel
import C1Z
import CommandLineKit
import WireForm

/// One call of one command: what was asked for, and where the answer goes.
struct Call {
    let flags: ParsedFlags
    /// Words that are neither flags nor their values.
    let arguments: [String]
    let environment: [String: String]
    let screen: Screen

    /// - Parameter copy: where a copy of the file is; nil when it is on this machine itself.
    init(_ invocation: Invocation, environment: [String: String], copy: String? = nil) {
        flags = invocation.flags
        file = copy ?? invocation.flags.string("file")
        arguments = invocation.arguments
        self.environment = environment
        screen = Screen(environment: environment)
        for remark in invocation.remarks { StandardError.write("Warning: \(remark)\n") }
    }

    /// The c1z file, or the copy of one that is elsewhere.
    let file: String

    /// Whether JSON was asked for; anything unknown means the tables, as it always did.
    var wantsJSON: Bool {
        flags.string("output-format").hasSameBytes(as: "json")
    }

    /// Runs the command.
    ///
    /// A reader that went away, such as `head`, is no error.
    func perform(_ action: (Call) throws -> Void) throws {
        let format = flags.string("output-format")
        if !wantsJSON, !format.hasSameBytes(as: "console") {
            StandardError.write("Warning: -o \(format) is neither console nor json. Showing the console form.\n")
        }
        let outcome = Result {
            try action(self)
            try screen.output.flush()
        }
        try screen.close()
        do {
            try outcome.get()
        } catch is ReaderLeft {
            return
        } catch let error as WireError {
            throw C1ZError(.corrupt, file, "one of its records is damaged (\(error)). Fetch it again, or sync again.")
        }
    }

    /// The file, and the sync in it that is shown.
    ///
    /// - Throws: ``C1ZError`` when the file can't be read, or `--sync-id` names a sync it doesn't have.
    func open() throws -> OpenedSync {
        let asked = flags.isGiven("sync-id") ? flags.string("sync-id") : ""
        return try OpenedSync(C1ZFile.open(file, environment: environment), sync: asked.isEmpty ? nil : asked)
    }

    /// The file, for a command without `--sync-id`.
    func openLatest() throws -> OpenedSync {
        try OpenedSync(C1ZFile.open(file, environment: environment), sync: nil)
    }

    /// Prints a listing in the form that was asked for.
    func show(_ listing: some Listing, of records: Records) throws {
        if wantsJSON {
            try listing.printJSON(of: records, to: screen.output)
        } else {
            try listing.printTable(of: records, to: screen)
        }
    }
}
