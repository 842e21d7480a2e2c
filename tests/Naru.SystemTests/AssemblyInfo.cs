// Each test loads the machine or measures; two at a time would disturb one another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
