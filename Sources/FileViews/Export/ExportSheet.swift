/// A sheet of twelve columns that is written row by row.
///
/// A row is made of two halves of six cells, one about a person and one about an entitlement. A half is encoded once and used for
/// many rows.
protocol ExportSheet: AnyObject {
    /// Six cells, encoded.
    associatedtype Half

    /// Encodes six cells.
    func half(_ cells: [UnsafeRawBufferPointer]) -> Half

    /// How many bytes an encoded half takes up, about.
    func cost(of half: Half) -> Int

    /// Appends a row.
    func add(_ person: Half, _ entitlement: Half) throws

    /// Ends the sheet and puts the file in its place.
    func finish() throws
}

extension ExportSheet {
    /// Encodes six cells.
    func half(_ cells: [StaticString]) -> Half {
        half(cells.map { UnsafeRawBufferPointer($0) })
    }
}
