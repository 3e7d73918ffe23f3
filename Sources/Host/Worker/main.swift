WorkerProgram.run()
