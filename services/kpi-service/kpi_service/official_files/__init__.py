"""The files of outcome data as they are downloaded: how each family is recognised, and what its rows say."""
