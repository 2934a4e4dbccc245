public import AccessModel

/// A syncer whose resources can be deleted.
public protocol ResourceDeleter: ResourceSyncer {
    /// Deletes the resource.
    ///
    /// One that isn't there any more is no error: the answer is then ``Provisioned/alreadySo``.
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned
}

/// A syncer whose resources can be created and deleted.
public protocol ResourceCreator: ResourceDeleter {
    /// Creates the resource and returns it as the application has it now.
    ///
    /// - Parameter resource: its type, and as much of name, description, parent and profile as was given. Its id is what the caller
    ///   calls it; the application may choose another.
    /// - Throws: a `ServiceError` with the code `alreadyExists` when there is one.
    func create(_ resource: Resource) async throws -> Resource
}
