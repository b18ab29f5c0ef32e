"""A store of objects in the way of S3, which believes no request without a right signature."""
