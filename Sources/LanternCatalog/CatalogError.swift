public import AccessModel

/// Why the catalog can't do what it was asked to, in words for the person.
public struct CatalogError: Error, StatusCoded, CustomStringConvertible {
    /// How a caller treats it: `notFound`, `invalidArgument`, `alreadyExists`, `failedPrecondition`.
    public let statusCode: StatusCode
    /// One line: where, what is wrong, what to do.
    public let description: String

    /// An error with a code and a text for a person.
    public init(_ code: StatusCode, _ description: String) {
        statusCode = code
        self.description = description
    }

    static func noApplication(_ id: String) -> CatalogError {
        CatalogError(.notFound, "application \(id): is not there. The list of applications has those that are.")
    }

    static func noDataSource(_ id: String) -> CatalogError {
        CatalogError(.notFound, "data source \(id): is not there. The application's page has those that are.")
    }

    static func noExternalSource(_ id: String) -> CatalogError {
        CatalogError(.notFound, "external data source \(id): is not there. Integrations has those that are.")
    }

    static func noImport(_ id: String) -> CatalogError {
        CatalogError(.notFound, "import \(id): is not there. The data source's log has those that are.")
    }
}
