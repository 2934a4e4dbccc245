import C1Z

/// The table of resources, for programs that show it after a sync.
public enum ResourceTable {
    /// Prints the resources of the latest finished sync in `file` to standard output.
    ///
    /// - Throws: ``C1ZError`` when the file can't be read.
    public static func print(_ file: String, environment: [String: String]) throws {
        let screen = Screen(environment: environment)
        let outcome = Result {
            let sync = try OpenedSync(C1ZFile.open(file, environment: environment), sync: nil)
            let listing = ResourceListing(directory: Directory(sync, shapes: nil), shapes: nil)
            try listing.printTable(of: sync.records(.resource), to: screen)
            try screen.output.flush()
        }
        try screen.close()
        do {
            try outcome.get()
        } catch is ReaderLeft {
            return
        }
    }
}
