VerdictsBenchmark.main()
