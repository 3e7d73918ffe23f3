FastDistillMain.run()
