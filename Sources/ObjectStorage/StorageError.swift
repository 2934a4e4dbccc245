public import AWSCalls

/// Why an object can't be read or written.
///
/// Its text names the object, what is wrong and what to do.
public typealias StorageError = AWSError
