BoundaryBenchmark.main()
